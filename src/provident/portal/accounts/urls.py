"""The addresses of signing in and of the account's own pages, under allauth's names."""

from allauth.account import views as account
from django.urls import path

urlpatterns = [
    path("sign-in/", account.login, name="account_login"),
]
