#!/usr/bin/env bash
# Fetches one credential with curl; `agentkeys proof` signs what curl sends. Needs curl and jq.
#   docs/samples/fetch.sh OPENAI_API_KEY > key
set -euo pipefail
[ $# = 1 ] || { echo "usage: fetch.sh NAME" >&2; exit 2; }
network=${AGENTKEYS_NETWORK:-.agentkeys/dev/network.json}
broker=$(jq -r .broker "$network") worker=$(jq -r .workers.credentials "$network")
agentkeys=(${AGENTKEYS:-agentkeys})
work=$(mktemp -d) # for its owner alone: a session, a cap and headers are in here for a moment, and on no command line
trap 'rm -rf "$work"' EXIT
post() { # URL BODY: the headers are in the file; a refusal's code goes to standard error
  local status
  status=$(curl -sS -o "$work/answer" -w '%{http_code}' -H @"$work/headers" -H 'Content-Type: application/json' --data-binary @"$2" "$1")
  [ "$status" = 200 ] || { jq -r '"\(.code): \(.detail)"' "$work/answer" >&2; exit 3; }
}

# The broker reads the contracts and mints a cap for this one object.
"${agentkeys[@]}" login --json |
  jq --arg service "$(tr '[:upper:]' '[:lower:]' <<<"$1")" '{operator_omni, actor_omni, device_key_hash, service: $service}' >"$work/wish.json"
"${agentkeys[@]}" proof POST "$broker/v1/cap/cred-fetch" --session --body-file "$work/wish.json" --header >"$work/headers"
post "$broker/v1/cap/cred-fetch" "$work/wish.json"
jq -r .cap "$work/answer" >"$work/cap"

# The worker reads them again, itself, and opens the object.
printf '{}' >"$work/empty.json"
"${agentkeys[@]}" proof POST "$worker/v1/cred/fetch" --token-file "$work/cap" --body-file "$work/empty.json" --header >"$work/headers"
printf 'AgentKeys-Storage-Token: %s\n' "$("${agentkeys[@]}" storage-token)" >>"$work/headers"
post "$worker/v1/cred/fetch" "$work/empty.json"
jq -r .plaintext_b64 "$work/answer" | base64 -d
