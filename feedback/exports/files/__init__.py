"""What becomes of rows: lines, splits, an order, files of a type, a card. All in constant memory."""
