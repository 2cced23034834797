<?php
// A page before a cache of Symfony, for php.py: ?call=get, delete or set, with the key, the seconds that an
// entry lives, the page of the origin that is a load, and what is set.
use Symfony\Component\Cache\Adapter\FilesystemAdapter;

spl_autoload_register(function ($class) {
    require getenv('GUIDE_CLASSES') . '/' . strtr($class, '\\', '/') . '.php';
});
$pool = new FilesystemAdapter('', 0, getenv('GUIDE_FOLDER'));
['call' => $call, 'key' => $key, 'ttl' => $ttl, 'page' => $page, 'value' => $value] = $_GET;

$load = function ($item) use ($ttl, $page) {
    $item->expiresAfter((int) $ttl);
    $text = file_get_contents($page, false, stream_context_create(['http' => ['ignore_errors' => true]]));
    if (str_contains($http_response_header[0], ' 500 ')) {
        throw new RuntimeException('the load fails');
    }
    return str_contains($http_response_header[0], ' 404 ') ? null : $text;
};

try {
    if ($call === 'get') {
        $got = $pool->get($key, $load);
        http_response_code($got === null ? 404 : 200);
        echo $got;
    } elseif ($call === 'delete') {
        $pool->delete($key);
    } else {
        $pool->save($pool->getItem($key)->set($value)->expiresAfter((int) $ttl));
    }
} catch (RuntimeException $error) {
    http_response_code(500);
}
