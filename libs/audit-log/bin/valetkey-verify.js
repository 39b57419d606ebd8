#!/usr/bin/env node
import '../dist/cli/valetkey-verify.js';
