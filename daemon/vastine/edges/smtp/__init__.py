"""Sending mail by SMTP: `Sender` for an account, and the four ways in which an attempt can end."""

from vastine.edges.smtp.account import Later, Never, Outcome, Rate, Sent, SmtpAccount, Unknown
from vastine.edges.smtp.connection import deadline
from vastine.edges.smtp.sender import Sender

__all__ = ["Later", "Never", "Outcome", "Rate", "Sender", "Sent", "SmtpAccount", "Unknown", "deadline"]
