// The summary of a failed form takes the focus, so that nobody has to look for what went wrong.
behaviour("error-summary", (summary) => { summary.focus(); });
