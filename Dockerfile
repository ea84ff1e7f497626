# Builds with everything installed; nothing of this stage reaches the image except dist/.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build

# Production packages only. The embedded Postgres is an optional package: a container gets its database by DATABASE_URL.
FROM node:24-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --omit=dev --omit=optional && npm cache clean --force

FROM node:24-bookworm-slim
LABEL org.opencontainers.image.title="Statusline" \
      org.opencontainers.image.description="Turns gateway access logs into trustworthy status-code statistics" \
      org.opencontainers.image.licenses="Apache-2.0"
# Listening on all addresses needs STATUSLINE_ADMIN_KEY or STATUSLINE_ADMIN_KEY_FILE; without one the start is refused.
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=8080
WORKDIR /app
COPY --from=packages --chown=root:root /app/node_modules ./node_modules
COPY --from=build --chown=root:root /app/dist ./dist
COPY package.json LICENSE ./
RUN printf '#!/bin/sh\nexec node /app/dist/apps/cli/main.js "$@"\n' >/usr/local/bin/statusline \
  && chmod 755 /usr/local/bin/statusline
USER node
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  # Large buffers go back to the system when they are freed; left to itself glibc keeps them once one was freed.
ENV MALLOC_MMAP_THRESHOLD_=1048576
CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/readyz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
STOPSIGNAL SIGTERM
CMD ["node", "--max-semi-space-size=32", "dist/apps/server/main.js"]
