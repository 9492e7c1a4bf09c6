# Sums /proc/PID/smaps by what the kernel says about each mapping, in kB: independent of the analysis. A stack is right
# above a small mapping without access, its guard.
/^[0-9a-f]+-[0-9a-f]+ / {
  split($1, range, "-")
  name = NF >= 6 ? $6 : ""
  kind = "anonymous"
  if (name ~ /^\//) kind = "file"
  else if (name == "[heap]") kind = "heap"
  else if (name ~ /^\[stack/) kind = "stack"
  else if (name ~ /^\[/ && name !~ /^\[anon/) kind = "kernel"
  else if ($2 ~ /x/) kind = "code"
  else if (guard == range[1]) kind = "stack"
  guard = ""
  end = ($2 == "---p" && name == "") ? range[2] : ""
}
/^Size:/ { if (end != "" && $2 <= 64) guard = end }
/^Rss:/ { sum[kind] += $2; sum["rss"] += $2 }
END { for (kind in sum) printf "%s %d\n", kind, sum[kind] }
