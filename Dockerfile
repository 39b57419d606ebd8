# syntax=docker/dockerfile:1
FROM node:24-slim AS manifests
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY apps/api/package.json apps/api/
COPY apps/admin/package.json apps/admin/
COPY apps/twin/package.json apps/twin/
COPY libs/audit-log/package.json libs/audit-log/
COPY libs/client/package.json libs/client/
COPY libs/providers/package.json libs/providers/

FROM manifests AS build
RUN npm ci
COPY . .
RUN npm run build

# What the API and the worker need, without build tools and without the dashboard's libraries.
FROM manifests AS dependencies
ENV NODE_ENV=production
RUN npm ci --omit=dev -w apps/api -w apps/twin -w libs/audit-log -w libs/providers

FROM node:24-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 VALETKEY_DATA_DIR=/var/lib/valetkey
WORKDIR /app
COPY --from=dependencies /app ./
COPY --from=build /app/libs/audit-log/dist libs/audit-log/dist
COPY --from=build /app/libs/providers/dist libs/providers/dist
COPY --from=build /app/apps/twin/dist apps/twin/dist
COPY --from=build /app/apps/admin/dist apps/admin/dist
COPY --from=build /app/apps/api/dist apps/api/dist
COPY --from=build /app/prisma prisma
RUN install -d -o node -g node -m 0711 /var/lib/valetkey
USER node
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/ready`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Node itself, not npm, so that SIGTERM reaches the process that drains.
CMD ["node", "apps/api/dist/main.js"]
