import { classifyByStatus } from '../core/failure.js';
import { googleCalendar } from './definition.js';

export const googleCalendarProvider = googleCalendar.with({ actions: [], classifyFailure: classifyByStatus });
