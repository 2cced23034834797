#!/usr/bin/env bash
# dogpile.cache: methods of the same name in one module share their entries.
#
# Expected: @region.cache_on_arguments() makes a key of the function and its
# arguments, so that User.get(1) and Order.get(1) are two entries, and so are
# the get(1) of two instances, and f(1) and f("1").
#
# Instead: the key is the module, the bare name and the arguments as text,
# without self: Order.get(1) returns the user. Two instances that read from two
# databases share as well, and so do the number 1 and the text "1". What
# tells them apart is namespace= or a function_key_generator of one's own.
#
# Source: the documentation of cache_on_arguments, on "namespace".
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
pypi dogpile.cache==1.5.0
observe python - <<'PY'
from importlib.metadata import version
from dogpile.cache import make_region

region = make_region().configure("dogpile.cache.memory", expiration_time=60)
print("dogpile.cache", version("dogpile.cache"))

class User:
    @region.cache_on_arguments()
    def get(self, number):
        return f"user {number}"

class Order:
    @region.cache_on_arguments()
    def get(self, number):
        return f"order {number}"

class Table:
    def __init__(self, name):
        self.name = name

    @region.cache_on_arguments()
    def row(self, number):
        return f"{self.name} {number}"

@region.cache_on_arguments()
def kind(value):
    return type(value).__name__

print("User().get(1):", User().get(1), "- Order().get(1):", Order().get(1))
print("Table('north').row(1):", Table("north").row(1), "- Table('south').row(1):", Table("south").row(1))
print("kind(1):", kind(1), "- kind('1'):", kind("1"))
PY
expect <<'END'
dogpile.cache 1.5.0
User().get(1): user 1 - Order().get(1): user 1
Table('north').row(1): north 1 - Table('south').row(1): north 1
kind(1): int - kind('1'): int
END
