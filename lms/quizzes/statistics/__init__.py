"""What the marks of a quiz say: analysed, reported, put into words and into a file.

From below: ``figures`` knows numbers, ``bands`` what they mean, ``analysis`` marks without people or database,
``report`` a stored quiz; ``words`` and ``file`` show a report.
"""
