/** A document with each way to take parameters and bodies, for a provider of the catalogue. */
export const NOTION_DOCUMENT = {
  openapi: '3.0.3',
  info: { title: 'Notion', version: '7' },
  servers: [{ url: 'https://api.notion.com' }],
  security: [{ oauth: ['pages:read'] }, { oauth: ['pages:read', 'pages:write'] }],
  components: {
    securitySchemes: {
      oauth: { type: 'oauth2', flows: { x: { scopes: { 'pages:read': 'Read <b>pages</b>.' } } } },
    },
    schemas: {
      List: { type: 'object', properties: { next_cursor: { type: 'string' }, results: { type: 'array' } } },
    },
  },
  paths: {
    '/v1/pages/{page_id}': {
      parameters: [{ name: 'page_id', in: 'path', required: true, schema: { type: 'string' } }],
      get: {
        operationId: 'pages/get',
        summary: 'Get a page',
        parameters: [
          {
            name: 'fields',
            in: 'query',
            explode: false,
            schema: { type: 'array', items: { type: 'string' } },
          },
          { name: 'filter', in: 'query', style: 'deepObject', schema: { type: 'object' } },
          { name: 'tag', in: 'query', schema: { type: 'array', items: { type: 'string' } } },
          { name: 'start_cursor', in: 'query', schema: { type: 'string' } },
        ],
        responses: {
          200: { content: { 'application/json': { schema: { $ref: '#/components/schemas/List' } } } },
        },
      },
      patch: {
        operationId: 'pages/update',
        summary: 'Change a page',
        security: [],
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: {
                type: 'object',
                required: ['title'],
                properties: { title: { type: 'string', nullable: true }, page_id: { type: 'integer' } },
              },
            },
          },
        },
      },
    },
    '/v1/search': {
      post: {
        operationId: 'search',
        summary: 'Search everything',
        requestBody: {
          content: { '*/*': { schema: { type: 'object', properties: { query: { type: 'string' } } } } },
        },
      },
    },
    '/v1/forms': {
      post: {
        operationId: 'forms/send',
        summary: 'Send a form',
        requestBody: {
          required: true,
          content: {
            'application/x-www-form-urlencoded': {
              schema: {
                type: 'object',
                properties: { to: { type: 'array', items: { type: 'string' } }, meta: { type: 'object' } },
              },
              encoding: { meta: { style: 'deepObject' } },
            },
          },
        },
      },
    },
    '/v1/lists': {
      put: {
        operationId: 'lists/put',
        summary: 'Replace a list',
        requestBody: {
          required: true,
          content: { 'application/json': { schema: { type: 'array', items: { type: 'integer' } } } },
        },
      },
    },
    '/v1/{kind}': {
      post: {
        operationId: 'anything',
        summary: 'Make anything',
        parameters: [{ name: 'kind', in: 'path', required: true, schema: { type: 'string' } }],
      },
    },
  },
};
