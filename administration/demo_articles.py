"""What the demo organisations know: articles in plain Markdown, by title."""

from __future__ import annotations

ACME = {
    "Delivery": """\
We deliver to every country of the European Union, to Norway, Switzerland and the
United Kingdom.

# How long it takes

Orders arrive within three working days in Germany, and within five elsewhere in the
European Union. Orders to Norway, Switzerland and the United Kingdom take up to eight
working days, since they go through customs.

# What it costs

- Germany: 3.90 euros; free from 50 euros on
- European Union: 7.90 euros; free from 100 euros on
- Norway, Switzerland, United Kingdom: 12.90 euros

# Where your parcel is

You get an e-mail with a tracking link as soon as the parcel leaves our warehouse.
Where it has not moved for three working days, write to us: we ask the carrier for
you.

# Nobody at home

The carrier tries twice. After that the parcel waits ten days in the nearest pick-up
point.
""",
    "Returns": """\
# How long you have

You can send back anything within 30 days of the day it arrived, without a reason.

# How to send something back

1. Sign in and open **My orders**.
2. Choose the order, then **Send back**.
3. Print the label, stick it on the parcel, and hand it in at any pick-up point.

Returns from Germany are free. From elsewhere a label costs 4.90 euros.

# When you get your money back

We refund within five working days of the parcel's arrival, the way you have paid.

# What cannot be sent back

Opened cosmetics, engraved goods, and gift cards.
""",
    "Payment": """\
# How you can pay

By credit or debit card, PayPal, bank transfer, or a gift card. In Germany and
Austria also on invoice, within 14 days.

# When you are charged

Cards and PayPal are charged when the parcel leaves our warehouse. With a bank
transfer we send the parcel when the money has arrived, which takes one or two
working days.

# A payment was refused

Ask your bank whether it asks you to confirm payments in its app. Then open the order
and choose **Pay again**; we keep it for 48 hours. Never send a card number in a
chat.
""",
    "Warranty": """\
# What is covered

Everything we sell has a warranty of two years, from the day it arrived. It covers
faults of material and of workmanship. It does not cover wear, water, or falls.

# How to make a claim

Send us the order number, a photo of the fault and a sentence about what happened. We
answer within two working days: we repair it, replace it, or give the money back.

# A longer warranty

For machines you can buy three more years within 30 days of the order, for 10 per
cent of the price.
""",
    "Opening hours": """\
# Chat and phone

Monday to Friday, 8 am to 6 pm, Central European Time. On Saturdays from 9 am to 1 pm
by chat alone. We are closed on Sundays and on public holidays of Berlin.

# The shop in Berlin

Torstraße 12, Monday to Saturday, 10 am to 7 pm. There are two parking spaces behind
the house; the entrance has no steps.
""",
    "Gift cards": """\
# How to buy one

Gift cards have a value of 10 to 250 euros. They come by e-mail within minutes, or by
post in an envelope within three working days.

# How to redeem one

Type the code in the basket, below **Gift card**. What is left stays on the card.
Several cards can be used for one order.

# How long it is valid

Three years, to the end of the year. Ask us for the balance, or look under **My
account**. A lost card is replaced where you have the order's confirmation.
""",
    "Changing or cancelling an order": """\
# Before it is packed

Open **My orders** and choose **Change** or **Cancel**. You can change the address,
the colour and the size, add something, or cancel it all. Orders are packed within
about four hours on working days.

# After it is packed

An order that is packed cannot be changed any more. Refuse the parcel at the door, or
send it back: that is free in Germany.

# A wrong address

Write to us as soon as you see it. While the parcel is on its way we can redirect it
once.
""",
    "Invoices": """\
# Where to find an invoice

It comes by e-mail with the parcel. You find all of them as PDF files under **My
orders**, for ten years.

# Another name or a VAT number

Companies can add their name and VAT number before the order is sent, under **My
account**, **Billing**. Afterwards our billing team makes a new invoice, within 14
days of the first.

# Paying on invoice

Transfer the sum within 14 days, with the number of the invoice. A first reminder is
free, a second one costs 5 euros.
""",
    "Your account": """\
# A forgotten password

Choose **Forgotten password** on the page to sign in. The link that we send is valid
for an hour. Nothing came? Look into the spam folder, and check the address.

# A new e-mail address

Open **My account**, **Profile**. We send a link to the old and to the new address;
both have to be confirmed within a day.

# Deleting an account

Under **My account**, **Profile**, choose **Delete account**. Orders and invoices are
kept as long as the law wants it; everything else is deleted at once.
""",
    "Privacy": """\
# What we keep

Your name, address and orders, as long as the law wants it: ten years for invoices.
Chats are kept for two years.

# Who sees it

Our own people, the carrier, and the bank that handles your payment. We sell nothing
of it.

# What you can ask for

A copy of all we know of you, corrections, or its deletion: write to
privacy@acme.example. We answer within 30 days.

# Newsletter

Every issue has a link at its end to stop it. That holds at once.
""",
}

GLOBEX = {
    "Installing the app": """\
# What it needs

Globex runs on Android from version 11 and on iOS from version 16, with 200 MB of
free storage.

# Step by step

1. Search for **Globex** in the shop of your phone.
2. Install the app and open it.
3. Type the code of your welcome letter.
""",
    "Your subscription": """\
# What it costs

Basic costs 4 euros a month, Family 9 euros for up to six people.

# Ending it

You can end it at any time, to the end of the month, under **Settings**,
**Subscription**.
""",
}
