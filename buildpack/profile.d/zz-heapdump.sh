# shellcheck shell=sh
# Enables the heap dump agent in the dynos named in HEAPDUMP_DYNOS (default: web.1), by adding it to RUBYOPT, which
# every Ruby of the dyno reads. Sourced into the dyno's shell (classic) or into exec.d/heapdump (Fir), so it uses no
# bashism, does not exit, and leaves only RUBYOPT and the current database URL behind: a pool that starts later
# (bin/start-pgbouncer) puts its own URL into DATABASE_URL, and LISTEN does not work through a pool.
#
# -r with a missing file breaks every Ruby of the dyno, rails console included, and RUBYOPT has no quoting: a path with
# a space would be two words. Hence the two tests.

# HEAPDUMP_DYNOS: web.1, or web and web.* for all web dynos, or * for all but one-off dynos (parsed in
# src/lib/heroku/dyno-names.ts too). Dynos of the Fir generation have no numbers (web-848cd4f64d-pvpr2): there, web.1
# means any web dyno, and the agents elect the one that listens.
heapdump_is_chosen() (
	set -f
	IFS=",${IFS}"
	dyno="${DYNO:-}"
	type=''
	fir_name=''
	case "${dyno}" in
		*.*) type="${dyno%.*}" ;;
		?*-?*-?*) type="${dyno%-*}" && type="${type%-*}" && fir_name="${type}.1" ;;
		*) ;;
	esac
	[ -n "${dyno}" ] || exit 1
	for name in ${HEAPDUMP_DYNOS:-web.1}; do
		case "${name}" in
			"${dyno}" | "${fir_name}" | "${type}" | "${type}.*") exit 0 ;;
			'*') case "${dyno}" in run[.-]* | release[.-]*) ;; *) exit 0 ;; esac ;;
			*) ;;
		esac
	done
	exit 1
)

heapdump_enable() {
	[ -z "${HEAPDUMP_DISABLED:-}" ] || return 0
	[ -r "${1}" ] || return 0
	case "${1}${RUBYOPT:-}" in
		*"${1}"*"${1}"*) return 0 ;; # sourced twice
		*) ;;
	esac
	case "${1}" in
		*[[:space:]]*) return 0 ;;
		*) ;;
	esac
	heapdump_is_chosen || return 0
	# Append, so that --yjit and -W stay.
	RUBYOPT="${RUBYOPT:+${RUBYOPT} }-r${1}"
	export RUBYOPT
	[ -z "${DATABASE_URL:-}" ] || export HEAPDUMP_BOOT_DATABASE_URL="${DATABASE_URL}"
}

heapdump_enable "${heapdump_agent:-${HOME:-}/.heroku/heapdump/agent.rb}"
unset -f heapdump_is_chosen heapdump_enable
