import type { ProviderName } from '../provider-name.js';
import { pathFits } from '../control/call-log.js';
import type { Fault } from './fault.js';
import { TOKEN_FAULTS } from './fault.js';

/** A fault that is switched on, and how often it struck. */
export interface ActiveFault {
  id: string;
  fault: Fault;
  struck: number;
}

/** The request as far as faults look at it. */
export interface FaultTarget {
  provider: ProviderName;
  path: string;
  method: string;
  grantType?: string;
  isTokenRequest: boolean;
}

/** The faults that are switched on. */
export class ActiveFaults {
  #active: ActiveFault[] = [];
  #seq = 0;

  /** Switches a fault on. */
  add(fault: Fault): ActiveFault {
    const active = { id: `flt_${++this.#seq}`, fault, struck: 0 };
    this.#active.push(active);
    return active;
  }

  /** All faults that are on. */
  list(): ActiveFault[] {
    return [...this.#active];
  }

  /** Switches one fault off, or all. */
  remove(id?: string): void {
    this.#active = id === undefined ? [] : this.#active.filter((active) => active.id !== id);
  }

  /** Time skew of all `clock_skew` faults together. */
  skewMs(): number {
    return this.#active.reduce((sum, { fault }) => sum + (fault.fault === 'clock_skew' ? fault.ms : 0), 0);
  }

  /** The faults that strike this request; those whose times are used up go away. */
  take(target: FaultTarget): Fault[] {
    const striking = this.#active.filter(({ fault }) => strikes(fault, target));
    for (const active of striking) active.struck += 1;
    this.#active = this.#active.filter(
      ({ fault, struck }) => fault.times === undefined || struck < fault.times,
    );
    return striking.map(({ fault }) => fault);
  }
}

function strikes(fault: Fault, target: FaultTarget): boolean {
  if (fault.fault === 'clock_skew' || fault.provider !== target.provider) return false;
  const onlyToken = TOKEN_FAULTS.has(fault.fault) || fault.fault === 'invalid_grant';
  if (onlyToken && !target.isTokenRequest) return false;
  const { path, method, grantType } = fault.match ?? {};
  return (
    (!path || pathFits(path, target.path)) &&
    (!method || method.toUpperCase() === target.method) &&
    (!grantType || grantType === target.grantType)
  );
}
