"""From what was seen in a patient to what each grading scale says: criteria are applied as the data state them, nothing is known here."""
