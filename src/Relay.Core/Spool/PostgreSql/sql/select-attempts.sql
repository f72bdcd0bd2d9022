SELECT at, upstream, summary, milliseconds FROM attempt WHERE message = $1 ORDER BY number
