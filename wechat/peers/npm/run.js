// Runs one client against the WeChat that stdin describes, as JSON, and prints as JSON what
// the client has found there: node run.js CLIENT

const given = JSON.parse(require('fs').readFileSync(0))

require('./' + process.argv[2])(given).then(
  found => process.stdout.write(JSON.stringify(found), () => process.exit(0)), // connections that are kept would hold it
  err => {
    console.error(err)
    process.exit(1)
  })
