// A unit test that reaches a real service is a bug: only loopback answers.
import nock from 'nock'

nock.disableNetConnect()
nock.enableNetConnect(/^(127\.0\.0\.1|localhost|\[::1\])(:|$)/)
