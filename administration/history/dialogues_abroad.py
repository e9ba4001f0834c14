"""Conversations in other languages, as in `dialogues_english`."""

from __future__ import annotations

GERMAN = """
# Support / Delivery question
C Guten Tag, meine Bestellung {order} ist noch nicht da.
A Danke für die Nummer. Das Paket ist unterwegs und kommt voraussichtlich morgen an.
C Vormittags oder nachmittags?
A Vormittags. Den Link zur Sendungsverfolgung habe ich Ihnen geschickt.
C Prima, vielen Dank!

# Support / Technical help
C Mein {product} geht seit {day} nicht mehr an.
A Ziehen Sie bitte einmal den Stecker, und warten Sie eine Minute.
C Mache ich ... jetzt leuchtet es wieder!
A Sehr gut. Sollte es noch einmal passieren, tauschen wir das Gerät.
C Danke für die schnelle Hilfe.

# Support / Returns
C Ich möchte die Bestellung {order} zurückschicken.
A Gern, Sie haben 30 Tage Zeit. Das Etikett kommt gleich per E-Mail.
C Brauche ich den Karton?
A Nein, jeder andere geht auch.
C Alles klar, danke.

# Billing / Invoice explained
C Auf meiner Rechnung stehen {amount} Euro, ich hatte weniger erwartet.
A Darin sind 3,90 Euro für den Versand. Ab 50 Euro entfällt er.
C Ach so, das hatte ich übersehen.
A Kein Problem. Kann ich sonst noch etwas tun?
C Nein, danke.

# Billing / Refund
C Wann bekomme ich mein Geld für die Bestellung {order}?
A Die Erstattung über {amount} Euro ist heute hinausgegangen.
C Super, danke für die Auskunft.

# Sales / Order placed
C Welche Mühle empfehlen Sie für Filterkaffee?
A Die Grinder 200: sie mahlt gleichmäßig und ist leicht zu reinigen.
C Dann bestelle ich die gleich.
A Vielen Dank! Sie geht heute noch hinaus.
C Bestellt, {order}. Schönen Tag noch!
"""

ARABIC = """
# Support / Delivery question
C مرحباً، لم تصل طلبيتي رقم {order} حتى الآن.
A شكراً على الرقم. الطرد في الطريق إليك، ومن المتوقع أن يصل غداً.
C هل يمكنني تتبعه؟
A نعم، أرسلت إليك رابط التتبع بالبريد الإلكتروني.
C شكراً جزيلاً.

# Support / Technical help
C جهازي {product} لا يعمل منذ {day}.
A افصله عن الكهرباء دقيقة واحدة ثم شغّله من جديد، من فضلك.
C لقد عاد إلى العمل، شكراً لك!
A يسعدني ذلك. إن تكرر الأمر فسنستبدله لك.

# Billing / Invoice explained
C لماذا تبلغ الفاتورة {amount} يورو؟
A السعر يشمل تكلفة الشحن، وهي 7.90 يورو.
C فهمت الآن، شكراً.

# Sales / Order placed
C هل {product} متوفر الآن؟
A نعم، لدينا أربع قطع. هل أحجز لك واحدة؟
C نعم من فضلك، طلبتها للتو: {order}.
A شكراً لك! ستُشحن اليوم.
"""
