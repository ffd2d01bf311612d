"""What is measured from outside: `check` holds every answer to the rules, `bench` times it beside a plain recipe."""
