import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ProblemFilter } from '../platform/index.js';
import { describeApi } from './openapi.js';

const SWAGGER_UI = dirname(fileURLToPath(import.meta.resolve('swagger-ui-dist/package.json')));
const SWAGGER_UI_FILES = ['/favicon-32x32.png', '/swagger-ui-bundle.js', '/swagger-ui.css'];

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Valetkey API</title>
    <link rel="icon" type="image/png" href="/docs/favicon-32x32.png">
    <link rel="stylesheet" href="/docs/swagger-ui.css">
  </head>
  <body>
    <div id="swagger-ui"></div>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/start.js"></script>
  </body>
</html>
`;
const SCRIPT = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#swagger-ui', deepLinking: true });\n`;

/** Serves `/openapi.json`, made when it is first asked for, and `/docs`, which shows it. */
export async function serveApiDescription(app: NestFastifyApplication): Promise<void> {
  let description: Promise<string> | undefined;
  const filter = app.get(ProblemFilter);
  const server = app.getHttpAdapter().getInstance();
  server.get('/openapi.json', async (_request, reply) => {
    description ??= describeApi(app, (path, problem) => filter.inDialect(path, problem)).then((document) =>
      JSON.stringify(document),
    );
    return reply.type('application/json').send(await description);
  });
  for (const path of ['/docs', '/docs/index.html'])
    server.get(path, (_request, reply) => reply.type('text/html').send(PAGE));
  server.get('/docs/start.js', (_request, reply) => reply.type('text/javascript').send(SCRIPT));
  await app.register(fastifyStatic, {
    root: SWAGGER_UI,
    prefix: '/docs/',
    decorateReply: false,
    allowedPath: (path) => SWAGGER_UI_FILES.includes(path),
  });
}
