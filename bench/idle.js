// Node itself, doing nothing.
console.log('{}')
