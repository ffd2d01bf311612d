"""From a question to an answer made of exact, cited quotes and a fixed referral. Importing this is cheap."""
