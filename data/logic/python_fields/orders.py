from dataclasses import dataclass
from decimal import Decimal

@dataclass
class Address:
    street: str
    city: str

@dataclass
class Customer:
    billing: Address
    shipping: Address

@dataclass
class Item:
    sku: str
    price: Decimal

@dataclass
class Order:
    customer: Customer
    items: dict[str, Item]
