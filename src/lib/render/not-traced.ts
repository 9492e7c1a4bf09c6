// What an untraced dump lacks, and how to record it. Fits on one line of 80 columns.
export const NOT_TRACED = 'Not traced: no allocation sites. Record them with heapdump:trigger --trace 5m.'
