"""Conversations in English: a line for each, who says it first (C the customer, A the
agent; ! where the line holds what nobody should send)."""

from __future__ import annotations

SUPPORT = """
# Support / Delivery question
C Hi, I ordered the {product} {day} and it has not arrived. Order {order}.
A Thank you for the number. The parcel left our warehouse, and the carrier has it.
C And when will it be here?
A Tomorrow before noon. You get a message with the tracking link in a minute.
C Perfect, thank you.

# Support / Delivery question
C The tracking of order {order} has not moved for four days.
A I see that. It is stuck in the sorting centre; I have just asked the carrier for it.
C Will I get a new one if it is lost?
A Yes, of course. If it has not moved by Thursday we send another one at once.
C Okay, that is fair.

# Support / Delivery question
C The carrier says that nobody was at home, but I was here all day!
A I am sorry about that. They try again tomorrow between 9 and 13.
C Can they leave it with my neighbour instead?
A I have noted that: with the neighbour on the ground floor, is that right?
C Yes, exactly. Thanks a lot.
A You are welcome. Have a nice day!

# Support / Technical help
C My {product} does not switch on any more.
A Let us see. Is the light on the back on?
C No, nothing at all.
A Please take the plug out for a minute, and hold the button while you put it in again.
C One second ... it works! Wow.
A Great. If it happens again, write to us: it is under warranty until next year.

# Support / Technical help
C The {product} makes a terrible noise since {day}.
A That sounds like a bean stuck between the burrs. Have you cleaned it lately?
C No, never to be honest.
A Turn the ring to the left and lift it out; the brush is in the lid.
C Found it. There was a little stone in it!
A That explains the noise. It should be fine now.
C It is. Thank you for your patience.

# Support / Technical help
C How do I descale the {product}?
A Fill it with one part of descaler and five of water, and run it twice.
C Vinegar will not do?
A It would harm the seals, so better not. Any citric acid is fine.
C Good to know, thanks.

# Support / Returns
C I would like to send the {product} back, it is too big for my kitchen. Order {order}.
A No problem, you have 30 days. I am sending you the label by mail.
C Do I need the original box?
A Any box that protects it will do.
C Great. And when do I get my money?
A Within five days after it has arrived here.

# Support / Returns
C You sent me the wrong colour.
A I am sorry! What did you order, and what did you get?
C I ordered the black {product} and got a red one, order {order}.
A A black one leaves today. Keep the red one until the carrier comes to fetch it.
C That was easy, thank you.

# Support / Resolved
C How do I change the address of my account?
A In your account under Addresses. Shall I do it for you?
C No, found it. It was right in front of me.
A Glad to hear that. Is there anything else?
C That was all.

# Support / Resolved
C I cannot sign in, it says that my password is wrong.
A I have just sent you a link to set a new one. Is it there?
C Yes, in the spam folder.
A It works once, for an hour.
C I am in. Thanks!

# Support / Resolved
C Is the {product} dishwasher safe?
A The lid and the bowl are, the body with the motor is not.
C Thanks for the quick answer.

# Support / Resolved
C Which paper fits into the {product}?
A Size 4, or our filter set XL.
C And does it come with a measuring spoon?
A Yes, one is in the box.
C Nice. Bye!

# Support / Escalated
C This is the third time that my {product} breaks. I want to talk to your manager.
A I understand, that must not happen. I have read through all three cases.
C Then you know how long I have been waiting.
A My team lead will call you today. On which number can they reach you?
C The one in my account is right.
A Thank you. You hear from us until five.

# Support / Wrong number
C Hello, do you repair bicycles?
A I am afraid we do not: you have reached Acme, we make things for coffee.
C Oh, wrong window. Sorry!
A No problem at all. Good luck with the bicycle!
"""

BILLING = """
# Billing / Invoice explained
C I do not understand the invoice for order {order}. Why {amount} euros?
A The {product} itself, and 7.90 euros for the delivery abroad.
C Ah, I had forgotten the delivery.
A From 100 euros on it is free, by the way.
C I will remember that. Thank you.

# Billing / Invoice explained
C Can you send me the invoice of order {order} again, with my company's name?
A Of course. How is the company called?
C Miller & Sons Ltd.
A It is on its way to you, with today's date and the note that it replaces the old one.
C Received, thanks.

# Billing / Refund
C I sent the {product} back {day} and still have no refund.
A It has arrived, and the refund of {amount} euros was sent this morning.
C How long does the bank take?
A Two or three working days, usually.
C Okay, I will wait until then.

# Billing / Refund
C You charged me twice for order {order}!
A I see both payments here, I am sorry. The second one goes back today.
C All of it?
A Yes, {amount} euros. You get a mail as soon as it is done.
C Thank you for doing this so quickly.

# Billing / Payment
C My card was refused, but there is money on it.
A Sometimes the bank wants you to confirm it in its app. Did it ask you?
C! No. The card is 4111 1111 1111 1111, can you try it for me?
A Please never send card numbers here. I have sent you a link to our payment page.
C Ah, sorry. It worked with the link.
A Wonderful. Your order leaves today.

# Billing / Payment
C Where do I send the money for order {order}?
A The account is on the invoice, at the bottom. Please name the order's number.
C! And is it right that you refund to DE89 3704 0044 0532 0130 00? That is mine.
A We always use the account that the money came from, so you need not send it.
C Good, thank you.

# Billing / Resolved
C Do you take payment on account?
A Yes, from the second order on, up to 500 euros.
C So I can use it now?
A You can: it is switched on for you.
C Perfect.

# Billing / Escalated
C I have got a reminder for an invoice that I paid {day}.
A I am sorry. I do not see the payment here yet; accounting has to look for it.
C I have the statement of my bank here.
A Then nothing can happen to you. I have stopped the reminder, and we write to you.
C Please do.
"""

SALES = """
# Sales / Order placed
C Which of your grinders is good for espresso?
A The Grinder 400 Pro: it grinds finer, and it is quieter.
C Is it worth the difference?
A If you drink espresso every day, yes. And there is 10 % off this week.
C Okay, you convinced me. Ordered: {order}.
A Thank you! It leaves today.

# Sales / Order placed
C Do you have the {product} in stock?
A Four of them. Shall I put one aside for you?
C Yes please, I order it right away.
A Done. You find it in your basket.
C Ordered. Thanks for the help!

# Sales / Offer sent
C We need twenty of the {product} for our office. Is there a discount?
A From ten on there is 12 %. Shall I send you an offer?
C Yes please, valid for four weeks if possible.
A It is on its way, valid until the end of next month.
C Great, I will show it to my boss.

# Sales / Offer sent
C Do you deliver to Switzerland, too, and what does it cost?
A We do, for 12.90 euros, within eight working days.
C And the customs?
A They are in the price that you see at the end. I can send you an offer with all of it.
C Please.

# Sales / Resolved
C What is the difference between the Lima and the Uno?
A The Lima is a kettle, the Uno a scale: they go well together.
C Haha, I see. Thank you!

# Sales / Resolved
C Will the {product} be cheaper on Black Friday?
A I cannot promise it, but it is worth having a look on Friday.
C Then I wait.
A Understandable. We are here if you have questions.
"""
