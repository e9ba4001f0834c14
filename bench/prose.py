"""What people write to a contact centre, with the numbers they write."""

# ruff: noqa: RUF001 - these letters are those of the languages
from __future__ import annotations

PROSE = (
    (
        "Hello, order 4500123456 of 24 May 2026 has not arrived; I called +1 555 010 "
        "9999 on Monday at 10:15 and again on 26 May at 16:30. It cost 1,249.00 "
        "dollars for 12 items."
    ),
    (
        "Guten Tag, meine Rechnung 2026-004711 über 1.299,90 € vom 12.05.2026 stimmt "
        "nicht. Kundennummer 5512 8890, Tel. 030 901820, Liefertermin 24.05.2026 "
        "zwischen 8 und 12."
    ),
    (
        "Bonjour, ma commande n° 60123 4567 du 3 mai 2026 à 14 h 30 n'est pas "
        "arrivée. Mon numéro est le 06 12 34 56 78, code postal 75011, montant 2 "
        "399,50 €, 2 articles."
    ),
    (
        "Hola, el pedido 3700-1200-45 del 05/06/2026 llegó roto. Mi teléfono es 612 "
        "345 678 y pagué 1.250,00 euros por 4 sillas y 2 mesas, factura "
        "2026/000123456."
    ),
    (
        "Buongiorno, la fattura 5310/2026 del 12/05/2026 di 3.450,00 € non è "
        "corretta: 12 pezzi a 287,50 €. Telefono 347 123 4567, CAP 20121, ordine 4011"
        " 220 33."
    ),
    (
        "Olá, o pedido 652-1234567-1234567 de 10/04/2026 não chegou. Telefone (11) "
        "98765-4321, CEP 01310-100, valor R$ 1.234,56 em 12 parcelas de R$ 102,88."
    ),
    (
        "Dzień dobry, zamówienie 302-1234567-7654321 z 14.03.2026 nie dotarło. "
        "Telefon 601 234 567, kod 00-950, kwota 1 299,99 zł, termin od 8:00 do 16:00,"
        " 2 paczki."
    ),
    (
        "Здравствуйте, заказ 4601234567893 от 05.04.2026 не пришёл. Телефон 8 (495) "
        "123-45-67, индекс 101000, сумма 12 500,00 ₽, 3 коробки по 4 500 г, время с "
        "10:00 до 18:00."
    ),
    (
        "مرحبا، لم يصل الطلب رقم ٤٥٠٠١٢٣٤٥٦ بتاريخ ٢٠٢٦/٠٥/١٢. هاتفي ٠١٠ ١٢٣٤ ٥٦٧٨ "
        "والمبلغ ١٬٢٥٠٫٠٠ جنيه مقابل ١٢ قطعة، والموعد من ٨:٠٠ إلى ١٦:٠٠."
    ),
    (
        "注文番号 250-1234567-1234567（2026年5月12日）が"
        "届きません。電話は 03-1234-5678、〒100-0001、金額は "
        "12,800円、数量 4、時間帯は 14:00～16:00 です。"
    ),
)
