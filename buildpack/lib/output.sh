# shellcheck shell=bash
# Build output in the format of Heroku's own buildpacks. All of it goes to stdout, like the rest of the build log.

output::step() {
	printf -- '-----> %s\n' "${1}"
}

output::indent() {
	sed 's/^/       /'
}

# Reads a short text from stdin: what is wrong, what was found, what to do.
output::warning() {
	printf '\n'
	sed 's/^/ !     /; s/ *$//'
	printf '\n'
}

# For the ERR trap: an unexpected failure.
output::bug() {
	local status="${1}" command="${2}" place="${3}"
	output::warning <<-EOF
		Bug: the heapdump buildpack failed with status ${status}.

		At ${place}: ${command}

		The app was not changed, and the current release keeps running. To deploy
		without heap dumps until this is fixed, remove the buildpack:
		heroku buildpacks:remove with its URL.
	EOF
}
