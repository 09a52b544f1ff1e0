// Runs the package nightscout, and ends when its standard input does, so that it never
// outlives the test that started it.
'use strict';

process.stdin.on('end', () => process.exit(0)).resume();
process.chdir(process.argv[2]);
require(process.argv[2] + '/server.js');
