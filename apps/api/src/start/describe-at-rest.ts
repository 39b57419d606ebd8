import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import { loadSettings } from '../config/index.js';
import { AppModule } from './app.module.js';
import { describeApi } from './openapi.js';

/** The API description without a server: nothing is instantiated, so problems have the codes of no dialect. */
export async function describeAtRest(): Promise<OpenAPIObject> {
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.with(loadSettings({}), 'postgresql://localhost/none'),
    new FastifyAdapter(),
    { preview: true, logger: false, abortOnError: false },
  );
  return describeApi(app, (_, problem) => problem);
}
