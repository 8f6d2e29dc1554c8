create table numbers(n integer primary key, square integer, name text);
with recursive c(n) as (select 1 union all select n + 1 from c where n < 20000)
insert into numbers select n, n * n, printf('name-%05d', (n * 7919) % 10007) from c;
create index by_name on numbers(name);
select count(*), sum(square), min(name), max(name) from numbers;
select n, name from numbers where name like 'name-004%' order by name limit 10;
select n % 7 as bucket, count(*), avg(square), group_concat(substr(name, 6), ',') from numbers where n < 40 group by bucket order by bucket;
begin; update numbers set square = -square where n % 3 = 0; rollback;
select sum(square) from numbers;
begin; delete from numbers where n % 2; commit;
select count(*), total(n) from numbers;
create table texts(t text); insert into texts values('quick brown fox'), ('lazy dog'), (null), (x'00ff');
select typeof(t), length(t), upper(t), hex(t), coalesce(t, 'none') from texts;
select json_extract('{"a":[1,2,{"b":"c"}]}', '$.a[2].b'), json_group_array(n) from numbers where n < 20;
with recursive m(x, y, cx, cy, i) as (select 0.0, 0.0, -0.5, 0.5, 0 union all select x*x - y*y + cx, 2*x*y + cy, cx, cy, i + 1 from m where i < 40 and x*x + y*y < 4) select max(i), round(sum(x), 9) from m;
select a.n, b.n from numbers a join numbers b on a.n = b.square where b.n < 50 order by 1;
select round(sin(1.0), 12), pow(2, 0.5), 7 / 2, 7 % 3, -7 / 2, 1e308 * 10, cast('12abc' as integer);
pragma integrity_check;
select * from missing;
