# shellcheck shell=sh
# Arms the heap dump agent in the dynos that HEAPDUMP_DYNOS names (web.1 if it is not set), by adding it to what every Ruby of the dyno
# loads. Sourced into the dyno's shell (classic) or into exec.d/heapdump (Fir), so: no bashism, no exit, and nothing left behind but
# RUBYOPT, and the database's address as it is now: a pool that starts later (bin/start-pgbouncer) puts its own into DATABASE_URL,
# and through a pool nobody can LISTEN.
#
# -r of a file that is missing stops every Ruby of the dyno, rails console included, and RUBYOPT knows no quotes: a path with a blank
# in it is two words. Hence the two tests.

# HEAPDUMP_DYNOS: web.1, or web and web.* for all web dynos, or * for all but one-off ones (src/lib/heroku/dyno-names.ts reads it too).
# Dynos of the Fir generation have no numbers (web-848cd4f64d-pvpr2): there web.1 is any web dyno, and the agents elect the one that listens.
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

heapdump_arm() {
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
	# Behind what is there: --yjit and -W stay.
	RUBYOPT="${RUBYOPT:+${RUBYOPT} }-r${1}"
	export RUBYOPT
	[ -z "${DATABASE_URL:-}" ] || export HEAPDUMP_BOOT_DATABASE_URL="${DATABASE_URL}"
}

heapdump_arm "${heapdump_agent:-${HOME:-}/.heroku/heapdump/agent.rb}"
unset -f heapdump_is_chosen heapdump_arm
