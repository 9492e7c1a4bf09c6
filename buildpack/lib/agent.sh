# shellcheck shell=bash
# Installs the agent's files, and the script that enables it.

agent::version() {
	local buildpack="${1}"
	sed -n "s/^ *VERSION = '\(.*\)'$/\1/p" "${buildpack}/agent/heapdump/version.rb"
}

# Replaces the files of an earlier build, so that agent and buildpack always have the same version.
agent::copy() {
	local buildpack="${1}" target="${2}"
	rm -rf "${target}"
	mkdir -p "${target}"
	cp -R "${buildpack}/agent/." "${target}"
	# The dyno runs as a different user than the build.
	chmod -R u=rwX,go=rX "${target}"
}

# Every dyno sources it before its command. Its name sorts last, after any script that overwrites RUBYOPT.
agent::install_profile() {
	local buildpack="${1}" app="${2}"
	mkdir -p "${app}/.profile.d"
	cp "${buildpack}/profile.d/zz-heapdump.sh" "${app}/.profile.d/zz-heapdump.sh"
	chmod u=rw,go=r "${app}/.profile.d/zz-heapdump.sh"
}

# The same for images, where the launcher runs a program from the layer.
agent::install_exec() {
	local buildpack="${1}" layer="${2}"
	mkdir -p "${layer}/exec.d"
	cp "${buildpack}/profile.d/zz-heapdump.sh" "${layer}/zz-heapdump.sh"
	cp "${buildpack}/exec.d/heapdump" "${layer}/exec.d/heapdump"
	chmod u=rw,go=r "${layer}/zz-heapdump.sh"
	chmod u=rwx,go=rx "${layer}/exec.d/heapdump"
}
