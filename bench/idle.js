// Node itself, idle.
console.log('{}')
