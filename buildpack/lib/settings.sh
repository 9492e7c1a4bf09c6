# shellcheck shell=bash
# The app's config vars at build time: a directory with one file per variable. The output never shows a value, only
# which variables are set and whether a secret is too short.

settings::is_set() {
	local directory="${1}" name="${2}"
	[[ -n "${directory}" && -f "${directory}/${name}" ]] && grep -q '[^[:space:]]' "${directory}/${name}"
}

# Prints the names that are not set, one per line.
settings::missing() {
	local directory="${1}" name
	shift
	for name in "$@"; do
		settings::is_set "${directory}" "${name}" || printf '%s\n' "${name}"
	done
}

# Warns about missing configuration. The build does not fail: config vars can be set later, and the dyno's next restart
# reads them.
settings::check() {
	local directory="${1}"
	settings::check_bucket "${directory}"
	settings::check_database "${directory}"
	settings::check_secret "${directory}"
	if settings::is_set "${directory}" HEAPDUMP_DISABLED; then
		output::warning <<-'EOF'
			HEAPDUMP_DISABLED is set: the agent is installed, but does not start. To enable it:

			    heroku config:unset HEAPDUMP_DISABLED
		EOF
	fi
}

settings::check_bucket() {
	local directory="${1}" missing missing_of_bucketeer
	local -a plain=(AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_S3_BUCKET_NAME)
	local -a bucketeer=(BUCKETEER_AWS_ACCESS_KEY_ID BUCKETEER_AWS_SECRET_ACCESS_KEY BUCKETEER_BUCKET_NAME)

	missing="$(settings::missing "${directory}" "${plain[@]}")"
	missing_of_bucketeer="$(settings::missing "${directory}" "${bucketeer[@]}")"
	[[ -n "${missing}" && -n "${missing_of_bucketeer}" ]] || return 0

	output::warning <<-EOF
		The app has no bucket for dumps yet.

		Not set: ${missing//$'\n'/, }
		(nor all of Bucketeer's variables)

		Add the add-on, which sets everything:

		    heroku addons:create bucketeer:hobbyist

		Or use your own bucket:

		    heroku config:set AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=… AWS_S3_BUCKET_NAME=… AWS_REGION=…

		There is no need to deploy again: setting config vars restarts the dynos.
	EOF
}

settings::check_database() {
	local directory="${1}"
	settings::is_set "${directory}" HEAPDUMP_DATABASE_URL && return 0
	settings::is_set "${directory}" DATABASE_URL && return 0

	output::warning <<-'EOF'
		Dumps cannot be requested yet: the app has no Postgres.

		Not set: DATABASE_URL, HEAPDUMP_DATABASE_URL

		Requests travel through the app's Postgres (NOTIFY; it creates no table). If the
		app has none, the smallest plan is enough:

		    heroku addons:create heroku-postgresql:essential-0
	EOF
}

settings::check_secret() {
	local directory="${1}" least=32 secret
	settings::is_set "${directory}" HEAPDUMP_SECRET || return 0
	secret="$(<"${directory}/HEAPDUMP_SECRET")"
	secret="${secret//[[:space:]]/}"
	[[ "${#secret}" -lt "${least}" ]] || return 0

	output::warning <<-EOF
		HEAPDUMP_SECRET has fewer than ${least} characters.

		It signs the dump requests to this app. Anyone who can run SQL on the database
		can capture a message and find a short secret by brute force, at 200,000 tries
		a second. Set a longer one:

		    heroku config:set HEAPDUMP_SECRET=\$(openssl rand -hex 32)
	EOF
}

# The agent installs no gem and uses the app's pg gem.
settings::check_gems() {
	local app="${1}"
	[[ -f "${app}/Gemfile.lock" ]] || return 0
	grep -qE '^ {4}pg \(' "${app}/Gemfile.lock" && return 0

	output::warning <<-'EOF'
		Dumps cannot be requested yet: the app's bundle has no pg gem.

		Gemfile.lock does not list it, and the agent installs no gems itself. Add this
		to the Gemfile, run bundle install, and deploy:

		    gem "pg"
	EOF
}
