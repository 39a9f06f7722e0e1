class InsufficientFunds(Exception):
    """There is less in the account than is asked for."""


class Account:
    """An account in whole coins."""

    def __init__(self, balance: int = 0) -> None:
        self.balance = balance

    def deposit(self, amount: int) -> None:
        """Put money in."""
        self.balance += amount

    def withdraw(self, amount: int) -> int:
        """Take money out and return what is left; raise InsufficientFunds if it is too much."""
        # completion
        if amount > self.balance:
            raise InsufficientFunds(f"{amount} is more than {self.balance}")
        self.balance -= amount
        return self.balance


# tests
account = Account(10)
account.deposit(5)
assert account.withdraw(12) == 3
try:
    account.withdraw(4)
except InsufficientFunds:
    assert account.balance == 3
else:
    raise AssertionError("too much was taken out")
