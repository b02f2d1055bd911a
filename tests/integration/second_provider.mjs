// An OpenID provider by other hands (npm: oidc-provider, certified) for tests/integration/test_second_provider.py.
//
//   node second_provider.mjs '{"libraries": …, "port": …, "client": …, "keys": …, "people": …, …}'
//
// Whoever types a name on its page is that person. Claims besides `sub` are given at userinfo only, as
// OpenID Connect Core 5.4 has it. It puts right answers on the wire, except for people whose claim
// `forged` says what shall be wrong with theirs.
import { generateKeyPairSync } from "node:crypto";
import { parse } from "node:querystring";

const told = JSON.parse(process.argv[2]);
const { Provider } = await import(`${told.libraries}/oidc-provider/lib/index.js`);
const { SignJWT, UnsecuredJWT, decodeJwt, importJWK } = await import(
  `${told.libraries}/jose/dist/webapi/index.js`
);

const provider = new Provider(`http://localhost:${told.port}`, {
  clients: [told.client],
  jwks: { keys: told.keys },
  clientAuthMethods: [told.client.token_endpoint_auth_method],
  acrValues: ["loa1", "loa2", "loa3"],
  claims: { openid: ["sub"], profile: ["name", "roles", "agency"], acr: null },
  features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: true } },
  cookies: { keys: ["of a provider that only tests talk to"] },
  pkce: { required: () => true },
  interactions: { url: (_, interaction) => `/people/${interaction.uid}` },
  findAccount: (_, sub) => ({
    accountId: sub,
    claims: () => ({ sub, ...told.people[sub] }),
  }),
  async loadExistingGrant(ctx) {
    const { client, session } = ctx.oidc;
    const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
    grant.addOIDCScope("openid profile");
    await grant.save();
    return grant;
  },
});

const FORGED = {
  audience: (claims) => ({ ...claims, aud: "somebody-else" }),
  nonce: (claims) => ({ ...claims, nonce: "of-another-attempt" }),
  issuer: (claims) => ({ ...claims, iss: "https://evil.example" }),
  late: (claims) => ({ ...claims, iat: claims.iat - 7200, exp: claims.exp - 7200 }),
};

async function forged(token, how) {
  const claims = (FORGED[how] ?? ((same) => same))(decodeJwt(token));
  if (how === "unsigned") return new UnsecuredJWT(claims).encode();
  const { kid } = told.keys[0];
  const foreign = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
  const key = how === "key" ? foreign : await importJWK(told.keys[0], "RS256");
  return new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid }).sign(key);
}

provider.use(async (ctx, next) => {
  await next();
  const { route } = ctx.oidc ?? {};
  if (route === "token" && ctx.body.id_token) {
    const how = told.people[decodeJwt(ctx.body.id_token).sub].forged;
    if (how) ctx.body.id_token = await forged(ctx.body.id_token, how);
  }
  if (route === "userinfo" && told.people[ctx.body.sub]?.forged === "userinfo") {
    ctx.body.sub = "director";
  }
});

// The page where people say who they are: no password, so that only this machine may reach it.
provider.use(async (ctx, next) => {
  if (!ctx.path.startsWith("/people/")) return next();
  if (ctx.method === "GET") {
    ctx.type = "html";
    ctx.body = '<form method="post"><input name="who"><button>OK</button></form>';
    return undefined;
  }
  const pieces = [];
  for await (const piece of ctx.req) pieces.push(piece);
  const { who } = parse(Buffer.concat(pieces).toString());
  const login = { accountId: who, acr: told.people[who]?.acr, amr: ["pwd"] };
  const result = who ? { login } : { error: "access_denied" };
  ctx.respond = false;
  ctx.res.statusCode = 200;
  return provider.interactionFinished(ctx.req, ctx.res, result);
});

provider.listen(told.port, "localhost");
