"""The only writers: figures, forecasts of cards, annual reports."""
