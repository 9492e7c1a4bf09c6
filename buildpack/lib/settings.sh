# shellcheck shell=bash
# The app's config vars at build: a file for each in a directory. No value is ever said: only
# which are set, and of a secret how long it is.

settings::is_set() {
	local directory="${1}" name="${2}"
	[[ -n "${directory}" && -f "${directory}/${name}" ]] && grep -q '[^[:space:]]' "${directory}/${name}"
}

# The names that are not set, one a line.
settings::missing() {
	local directory="${1}" name
	shift
	for name in "$@"; do
		settings::is_set "${directory}" "${name}" || printf '%s\n' "${name}"
	done
}

# Is a dump of this app likely to arrive? Config vars can be set later, and the next restart of the dyno reads them: a build
# is no reason to insist.
settings::check() {
	local directory="${1}"
	settings::check_bucket "${directory}"
	settings::check_database "${directory}"
	settings::check_secret "${directory}"
	if settings::is_set "${directory}" HEAPDUMP_DISABLED; then
		output::warning <<-'EOF'
			HEAPDUMP_DISABLED is set: the agent is installed, and stays away.

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
		There is no place to keep dumps yet: the app has no bucket.

		Not set: ${missing//$'\n'/, }
		(and not all of Bucketeer's either)

		An add-on sets all of them:

		    heroku addons:create bucketeer:hobbyist

		Or name a bucket of your own:

		    heroku config:set AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=… AWS_S3_BUCKET_NAME=… AWS_REGION=…

		No need to deploy again: the dynos restart and the agent sees it.
	EOF
}

settings::check_database() {
	local directory="${1}"
	settings::is_set "${directory}" HEAPDUMP_DATABASE_URL && return 0
	settings::is_set "${directory}" DATABASE_URL && return 0

	output::warning <<-'EOF'
		Nothing can ask for a dump yet: the app has no Postgres.

		Not set: DATABASE_URL, HEAPDUMP_DATABASE_URL

		Requests travel through the app's Postgres (NOTIFY; no table is made). If the
		app has none, the smallest one will do:

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

		It signs what asks this app for a dump. Whoever can run SQL on the database can
		hear one message and find a short secret by trying: 200,000 a second.

		    heroku config:set HEAPDUMP_SECRET=\$(openssl rand -hex 32)
	EOF
}

# The agent brings no gem of its own and talks to Postgres with the app's.
settings::check_gems() {
	local app="${1}"
	[[ -f "${app}/Gemfile.lock" ]] || return 0
	grep -qE '^ {4}pg \(' "${app}/Gemfile.lock" && return 0

	output::warning <<-'EOF'
		Nothing can ask for a dump yet: the app's bundle has no pg gem.

		Gemfile.lock does not list it. The agent brings no gem of its own, it listens
		with the app's: add  gem "pg"  to the Gemfile, bundle, and deploy.
	EOF
}
