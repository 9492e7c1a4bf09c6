// A hand-written heap of an app whose statement cache keeps every SQL statement; tests render screens from it.
import {heapOf, type WrittenHeap} from './heaps.js'

const STATEMENTS = 30

export function statementCache(): Promise<WrittenHeap> {
  const statements = Array.from({length: STATEMENTS}, (_, at) => [
    `sql${at}  STRING:String 1200 bytesize=1100 value="SELECT * FROM issues LIMIT 20 OFFSET ${at * 20}" gen=${10 + at} at=/app/app/queries/issues_query.rb:11`,
    `plan${at} HASH:Hash 600 size=2 gen=${10 + at} at=/app/app/queries/issues_query.rb:12 > name${at}`,
    `name${at} STRING:String 40 bytesize=2 value="a${at}" gen=${10 + at} at=/app/app/queries/issues_query.rb:12`,
  ])
  return heapOf(`
    ROOT vm > Object thread
    ROOT machine_context > request
    SHAPE 1 0 @cache
    SHAPE 2 0 @path
    SHAPE 3 2 @params
    Object  CLASS 900 name=Object gen=2 > Hash String Array Class Thread Request Pool IssuesQuery
    Class   CLASS:Class 600 name=Class superclass=Object > Object
    Hash    CLASS:Class 700 name=Hash superclass=Object > Object
    String  CLASS:Class 700 name=String superclass=Object > Object
    Array   CLASS:Class 700 name=Array superclass=Object > Object
    Thread  CLASS:Class 700 name=Thread superclass=Object > Object
    Request CLASS:Class 700 name=Request superclass=Object gen=3 at=/app/vendor/bundle/ruby/3.3.0/gems/rack-3.1.7/lib/rack/request.rb:5 > Object
    Pool    CLASS:Class 700 name=StatementPool superclass=Object gen=3 at=/app/vendor/bundle/ruby/3.3.0/gems/activerecord-7.2.2/lib/pool.rb:9 > Object
    IssuesQuery CLASS:Class 800 name=IssuesQuery superclass=Object gen=4 at=/app/app/queries/issues_query.rb:1 > Object pool callcache
    callcache IMEMO 40 imemo_type=callcache > IssuesQuery
    pool    OBJECT:Pool 40 ivars=1 shape_id=1 gen=5 at=/app/app/queries/issues_query.rb:3 > cache
    cache   HASH:Hash 3000 size=${STATEMENTS} gen=5 at=/app/vendor/bundle/ruby/3.3.0/gems/activerecord-7.2.2/lib/pool.rb:14 > ${statements.map((_, at) => `sql${at} plan${at}`).join(' ')}
    thread  DATA:Thread 1049000 struct=VM/thread gen=6 at=/app/vendor/bundle/ruby/3.3.0/gems/puma-6.4.2/lib/puma/pool.rb:100 > request cache
    request OBJECT:Request 80 ivars=2 shape_id=3 gen=38 at=/app/vendor/bundle/ruby/3.3.0/gems/rack-3.1.7/lib/rack/request.rb:20 > path params
    path    STRING:String 40 bytesize=7 value="/issues" gen=38 at=/app/vendor/bundle/ruby/3.3.0/gems/rack-3.1.7/lib/rack/request.rb:21
    params  HASH:Hash 168 size=2 gen=38 at=/app/vendor/bundle/ruby/3.3.0/gems/rack-3.1.7/lib/rack/request.rb:22 > eur1 eur2
    eur1    STRING:String 40 bytesize=3 value="EUR" gen=38 at=/app/lib/pricing_import.rb:5
    eur2    STRING:String 40 bytesize=3 value="EUR" gen=38 at=/app/lib/pricing_import.rb:5
    garbage ARRAY:Array 40 length=0 gen=39 at=/app/lib/pricing_import.rb:6
    ${statements.flat().join('\n')}
  `)
}
