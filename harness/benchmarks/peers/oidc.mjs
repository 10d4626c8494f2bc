// npm oidc-provider as the bench `mint` measures it: client_credentials, access tokens that are ES256 JWTs, its own in-memory adapter. The
// client's secret is made here and given to the bench on standard output, one line of JSON. Ends with its standard input.
import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import { exportJWK, generateKeyPair } from 'jose'
import Provider from 'oidc-provider'

const { privateKey } = await generateKeyPair('ES256', { extractable: true })
const client = { id: 'bench', secret: randomBytes(24).toString('base64url') }
const resource = 'urn:agentkeys:bench'

const provider = new Provider('http://127.0.0.1', {
  clients: [{ client_id: client.id, client_secret: client.secret, grant_types: ['client_credentials'], redirect_uris: [], response_types: [] }],
  clientDefaults: { id_token_signed_response_alg: 'ES256' },
  jwks: { keys: [{ ...(await exportJWK(privateKey)), use: 'sig', alg: 'ES256', kid: 'bench' }] },
  cookies: { keys: [randomBytes(32).toString('base64url')] },
  features: {
    clientCredentials: { enabled: true },
    devInteractions: { enabled: false },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => resource,
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({ scope: 'fetch', audience: resource, accessTokenFormat: 'jwt', accessTokenTTL: 300, jwt: { sign: { alg: 'ES256' } } }),
    },
  },
})

const server = createServer({ keepAlive: true }, provider.callback())
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ port: server.address().port, client })))
process.stdin.resume().on('end', () => process.exit(0))
