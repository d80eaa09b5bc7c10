"""The pages on which residents ask, and staff answer: inbox, requests, what is kept, the desk."""
