"""What the chat keeps: who was answered, what he thought of it, and his alerts.

SQLite by default, PostgreSQL by address. No figure of a bill is kept here, and no
question's words unless a setting asks for them.
"""
