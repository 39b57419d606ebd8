import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { z } from 'zod';
import { applyApiDescription } from '../platform/index.js';
import { withActionTypes } from './openapi-actions.js';
import { exampleOf } from './openapi-examples.js';
import { nameOperations } from './openapi-operation-ids.js';
import { withProblems, type Translate } from './openapi-problems.js';
import { jsonSchemaOf, nameSchemas } from './openapi-schemas.js';
import { TAGS } from './openapi-tags.js';
import { withWebhooks } from './openapi-webhooks.js';

const DESCRIPTION = `Self-hosted token vault and tool gateway for AI agents.

Errors are problem details (RFC 9457) with a stable \`code\`. Lists page by \`cursor\`; the dashboard's lists under
\`/v1/operator\` follow react-admin's simple-rest convention.`;

/** The OpenAPI 3.1 description of every route, from the zod schemas that check the requests. */
export async function describeApi(app: NestFastifyApplication, translate: Translate): Promise<OpenAPIObject> {
  const library = await import('@nestjs/swagger');
  applyApiDescription(library);
  const { DocumentBuilder, SwaggerModule } = library;
  const builder = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Valetkey')
    .setDescription(DESCRIPTION)
    .setVersion('0.1.0')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addServer('/')
    .addSecurity('agent', { type: 'http', scheme: 'bearer', description: 'An agent key, vk_agent_...' })
    .addSecurity('user', { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'A user token' })
    .addSecurity('operator', {
      type: 'http',
      scheme: 'bearer',
      description: "An operator key, or the dashboard's session cookie",
    });
  for (const [name, about] of Object.entries(TAGS)) builder.addTag(name, about);
  const config = builder.build();
  config.info.contact = { name: 'Valetkey maintainers' };
  const document = SwaggerModule.createDocument(app, config, {
    standardSchemaConverter: (schema, { schemaType }) => ({
      schema: jsonSchemaOf(schema as z.ZodType, schemaType),
    }),
  });
  const described = withProblems(withKnownMethods(document), translate);
  return withWebhooks(nameSchemas(withActionTypes(withExamples(nameOperations(described)))));
}

/** A route for every method is one for SEARCH too, which OpenAPI 3.1 has no word for. */
function withKnownMethods(document: OpenAPIObject): OpenAPIObject {
  for (const operations of Object.values(document.paths)) Reflect.deleteProperty(operations, 'search');
  return document;
}

interface Body {
  readonly content?: Readonly<Record<string, { schema?: object; example?: unknown; examples?: unknown }>>;
}

/** Gives every JSON body that has none an example made from its schema. */
function withExamples(document: OpenAPIObject): OpenAPIObject {
  for (const operations of Object.values(document.paths)) {
    for (const operation of Object.values(operations) as {
      requestBody?: Body;
      responses?: Record<string, Body>;
    }[]) {
      for (const body of [operation.requestBody, ...Object.values(operation.responses ?? {})]) {
        const json = body?.content?.['application/json'];
        if (json?.schema && json.example === undefined && json.examples === undefined)
          json.example = exampleOf(json.schema);
      }
    }
  }
  return document;
}
