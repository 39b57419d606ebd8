export { Grouped } from './grouped.js';
export { Sql, type Statement } from './sql.js';
export { Changes, type Channel } from './changes.js';
