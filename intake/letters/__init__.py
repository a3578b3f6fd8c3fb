"""What the mails say: a letter is a function from an event to drafts, by who reads it.

It says nothing about the client that its reader does not need.
"""
