# shellcheck shell=bash
# The files of the agent, and what arms it.

agent::version() {
	local buildpack="${1}"
	sed -n "s/^ *VERSION = '\(.*\)'$/\1/p" "${buildpack}/agent/heapdump/version.rb"
}

# Replaces what an earlier build left: agent and buildpack are always of one version.
agent::copy() {
	local buildpack="${1}" target="${2}"
	rm -rf "${target}"
	mkdir -p "${target}"
	cp -R "${buildpack}/agent/." "${target}"
	# The dyno's user is not the one who builds.
	chmod -R u=rwX,go=rX "${target}"
}

# Sourced in every dyno before its command. Named to come last: a script that sets RUBYOPT without keeping it comes before.
agent::install_profile() {
	local buildpack="${1}" app="${2}"
	mkdir -p "${app}/.profile.d"
	cp "${buildpack}/profile.d/zz-heapdump.sh" "${app}/.profile.d/zz-heapdump.sh"
	chmod u=rw,go=r "${app}/.profile.d/zz-heapdump.sh"
}

# The same for images: a program of the layer that the launcher runs.
agent::install_exec() {
	local buildpack="${1}" layer="${2}"
	mkdir -p "${layer}/exec.d"
	cp "${buildpack}/profile.d/zz-heapdump.sh" "${layer}/zz-heapdump.sh"
	cp "${buildpack}/exec.d/heapdump" "${layer}/exec.d/heapdump"
	chmod u=rw,go=r "${layer}/zz-heapdump.sh"
	chmod u=rwx,go=rx "${layer}/exec.d/heapdump"
}
