"""How people come by a way to sign in, and let others act for them: one-time codes, e-IDs, mandates."""
